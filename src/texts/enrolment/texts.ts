import type { EnrolmentTextKey } from '../../signin/index.ts'

/** What people read while they set up or change how they sign in, in one language. */
export type EnrolmentTexts = Readonly<Record<EnrolmentTextKey, string>>
