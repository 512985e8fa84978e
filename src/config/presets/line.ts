import type { Source } from './sources.ts'

/** One line about a gateway. `about` is a setting, a method, a protocol, an attribute or the id of a quirk. */
export type Line = { readonly about?: string; readonly text: string; readonly from?: Source }
