import type { TextKey } from '../signin/index.ts'

/** Everything a person reads or hears, in one language. `{name}` places are filled in. */
export type Language = Readonly<Record<TextKey, string>>
