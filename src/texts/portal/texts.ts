import type { PortalTextKey } from '../../signin/index.ts'

/** Everything that people read of their own sign-in outside of one, in one language. */
export type PortalTexts = Readonly<Record<PortalTextKey, string>>
