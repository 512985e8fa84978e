import type { PushAuthenticator, WebSession } from '../../accounts/index.ts'
import type { PagePrompts } from '../../signin/index.ts'
import type { Clock } from '../../support/index.ts'
import { addressOf } from '../address-of.ts'
import { showWaiting } from '../approve/show.ts'
import { type PhonePrompt, phoneStreamRequest } from '../people/contract.ts'
import type { PortalRoutes } from '../people/parts.ts'
import type { PhoneSignatures } from '../phones/ports.ts'
import { helloOf } from '../phones/routes.ts'
import { sessionOf } from '../sessions/session-hook.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { createStreams, type Follower, type StreamBounds } from './streams.ts'

/** What streams work with. `compose` fills it. */
export type StreamParts = {
  readonly clock: Clock
  readonly prompts: () => PagePrompts
  readonly sessions: Pick<Sessions, 'stillStands'>
  readonly phones: Pick<PhoneSignatures, 'opens' | 'stillCounts'>
  /** See ApproveParts. */
  placeOf(address: string): string | undefined
  readonly onError: (error: unknown) => void
  readonly bounds?: StreamBounds
}

/** How often a stream has what only the directory knows of its session looked up (PEOPLE R18). */
const recheckMs = 60_000

/**
 * What waits for a yes, told when it comes. Both are POST, as `fetch` reads a stream as well as EventSource does: a phone
 * then sends its signature in the body, and no address needs a ticket that a log would keep; and no page of another
 * origin opens a stream with a person's cookie (PEOPLE R19).
 */
export function streamRoutes(parts: StreamParts): PortalRoutes {
  const streams = createStreams(parts)
  const { phones, prompts } = parts
  return (server) => {
    server.addHook('preClose', async () => streams.endAll())

    server.post('/api/prompt/stream', async (request, reply): Promise<void> => {
      const session = sessionOf(request)
      streams.open(reply, pageOf(parts, session, addressOf(request)))
    })

    server.post(
      '/api/phone/stream',
      { config: { access: 'open' }, schema: { body: phoneStreamRequest } },
      async (request, reply): Promise<PhonePrompt | undefined> => {
        const phone = await phones.opens(helloOf(request.body))
        if (phone === 'clock') return { step: 'clock', nowMs: parts.clock.nowMs() }
        if (phone === undefined) return { step: 'unknown' }
        streams.open(reply, phoneOf(parts, phone, addressOf(request)))
        return undefined
      },
    )
  }

  function follow(userKey: string): Follower['follow'] {
    return (changed) => prompts().follow(userKey, changed)
  }

  function pageOf(
    { clock, placeOf, sessions }: StreamParts,
    session: WebSession,
    address: string,
  ): Follower {
    const { userKey } = session
    let askedAtMs = clock.nowMs()
    return {
      owner: userKey,
      address,
      follow: follow(userKey),
      async look() {
        const isDue = clock.nowMs() - askedAtMs >= recheckMs
        if (isDue) askedAtMs = clock.nowMs()
        if (!(await sessions.stillStands(session, address, isDue))) return undefined
        return showWaiting(await prompts().look(userKey), placeOf)
      },
    }
  }

  function phoneOf({ placeOf }: StreamParts, phone: PushAuthenticator, address: string): Follower {
    const { id, userKey } = phone
    return {
      owner: id,
      address,
      follow: follow(userKey),
      async look() {
        if (!(await phones.stillCounts(phone))) return undefined
        return { step: 'shown', ...showWaiting(await prompts().look(userKey), placeOf, id) }
      },
    }
  }
}
