import { eapType } from '../../radius/index.ts'
import type { InnerMethod, InnerMethodFactory } from '../method.ts'
import { endOf, refuse } from './refuse.ts'

const valueLength = 16

/**
 * EAP-MD5 (RFC 3748 5.4), which is CHAP: for wires only, since it makes no keys and does not prove the server.
 * `random` gives that many unpredictable bytes.
 */
export function createMd5(
  serverName: string,
  random: (bytes: number) => Uint8Array,
): InnerMethodFactory {
  function create(identity: string): InnerMethod {
    const challenge = random(valueLength)
    return {
      type: eapType.Md5Challenge,
      start: () => Buffer.concat([Uint8Array.of(valueLength), challenge, Buffer.from(serverName)]),
      async receive({ id, data }, signIn) {
        const response = data.subarray(1, 1 + valueLength)
        // A name may follow; the identity is the name that is used.
        if (data[0] !== valueLength || response.length !== valueLength) {
          return refuse('eap-malformed', 'no MD5 response')
        }
        const outcome = await signIn({
          userName: identity,
          credential: {
            kind: 'chap',
            identifier: id,
            response: Uint8Array.from(response),
            challenge,
          },
          challenges: false,
        })
        return endOf(outcome)
      },
    }
  }

  return { type: eapType.Md5Challenge, makesKeys: false, create }
}
