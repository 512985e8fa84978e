import { HoldfastError } from '../../../support/index.ts'

/** A text is not a search filter, or is one that cannot do what its author wants. */
export class FilterError extends HoldfastError<'filter-invalid'> {
  override readonly name = 'FilterError'
  /** Where in the text, from 0. */
  readonly at: number

  /** `message`: what is wrong, and what to write. */
  constructor(at: number, message: string) {
    super('filter-invalid', message)
    this.at = at
  }
}
