/**
 * A type of the generated bindings, written as plain data: enum members by their strings, lists as
 * read-only ones. The bindings' own enums would have to be imported one by one.
 */
export type Plain<T> = T extends string
  ? `${T}`
  : T extends readonly (infer Item)[]
    ? readonly Plain<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Plain<T[Key]> }
      : T;
