import type { Section } from '../report/section.ts'

/** How a part is run. */
export type PartOptions = {
  /** How often both sides are measured. */
  readonly rounds: number
  /** Gets a line of progress now and then. */
  readonly say: (line: string) => void
}

/** A part of the benchmark: measures, and gives its tables. Throws when it cannot measure. */
export type Part = (options: PartOptions) => Section[] | Promise<Section[]>
