import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { EnrolmentCodeStore, PersonStore } from '../../accounts/index.ts'
import type { SelfOperations } from '../../operations/index.ts'
import type { Clock } from '../../support/index.ts'
import type { Cookies } from '../sessions/cookies.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Steps } from '../sessions/steps.ts'
import type { Look } from './contract.ts'

/** How the portal looks, as the file says. */
export type PortalLook = Omit<Look, 'logo' | 'language'> & {
  readonly logoFile?: string
  /** Language of people whose own is unknown, as a tag. */
  readonly language: string
}

/** What the portal works with. `compose` fills it; what follows from the configuration is asked again each time. */
export type PortalParts = {
  readonly clock: Clock
  /** Origin that browsers know, from the file: `https://mfa.example.com`. Never from a header. */
  readonly publicUrl: string
  readonly look: () => PortalLook
  readonly sessions: Sessions
  readonly cookies: Cookies
  readonly steps: Steps
  readonly enrolmentCodes: EnrolmentCodeStore
  readonly people: PersonStore
  /** What people do for themselves; who may do what is in one table. */
  readonly operations: SelfOperations
  /** Whether the store takes changes at the moment. */
  readonly storeWorks: () => Promise<boolean>
  /** Whether the error says that the store failed. */
  readonly isStoreError: (error: unknown) => boolean
  /** Told of errors in our code, and of a store that fails. */
  readonly onError: (error: unknown) => void
}

/** The server that routes are added to: bodies are checked by zod schemas. */
export type PortalServer = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>

/** Adds one group of routes. Each file in `routes/` has one. */
export type PortalRoutes = (server: PortalServer, parts: PortalParts) => void
