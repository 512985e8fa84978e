import { demoPhoneRequest, type Paired } from '../people/contract.ts'
import type { PortalRoutes } from '../people/parts.ts'
import { browserName } from '../people/routes/browser-name.ts'

/** Makes the browser with this key the phone of the demo's person. Implemented by `operations/`. */
export type DemoPairing = (phone: {
  readonly name: string
  readonly publicKey: Uint8Array
}) => Promise<{ readonly id: string; readonly seed: Uint8Array } | undefined>

/** Only the demo has this: anyone who opens its page becomes the phone of a person there, without a sign-in. */
export function demoPhoneRoutes(pair: DemoPairing): PortalRoutes {
  return (server) => {
    server.post(
      '/api/phone/demo',
      { config: { access: 'open' }, schema: { body: demoPhoneRequest } },
      async (request): Promise<Paired> => {
        const name = browserName(request.headers['user-agent'] ?? '').slice(0, 64)
        const publicKey = new Uint8Array(Buffer.from(request.body.key, 'base64url'))
        const paired = await pair({ name, publicKey })
        if (paired === undefined) return { step: 'over' }
        const seed = Buffer.from(paired.seed).toString('base64url')
        return { step: 'paired', phone: paired.id, seed }
      },
    )
  }
}
