/** What every source has. */
export interface SourceProps {
  readonly name: string;
  readonly namespace: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** How often to look for something new, a Go duration. @default 1m */
  readonly interval?: string;
  /** The Secret with the credential, in the source's namespace. @default none */
  readonly secretName?: string;
}

/** The metadata of a source. */
export function sourceMetadata({ name, namespace, annotations }: SourceProps) {
  return { name, namespace, annotations: annotations && { ...annotations } };
}

/** A reference to the source's Secret, if it has one. */
export function secretRef(secretName: string | undefined): { readonly name: string } | undefined {
  return secretName === undefined ? undefined : { name: secretName };
}
