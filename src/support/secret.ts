import { inspect } from 'node:util'

/**
 * A password, code or key on its way through the program. Printing, logging or serialising it shows
 * `[secret]`; only `reveal()` gives the text, so every use can be found by name.
 */
export class Secret {
  #text: string

  constructor(text: string) {
    this.#text = text
  }

  reveal(): string {
    return this.#text
  }

  /** Lets go of the text, for one that is held longer than it is needed. It is empty from then on. */
  forget(): void {
    this.#text = ''
  }

  get isEmpty(): boolean {
    return this.#text === ''
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}
