/** Why a part of a bundle cannot be as wanted, for its condition. */
export class Refused extends Error {
  constructor(
    /** One word in upper camel case. */
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}
