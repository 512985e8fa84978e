import { untilCodesLast, withCodes } from '../sides/enrolled.ts'
import { benchSecret } from '../sides/gateway.ts'
import type { RadiusServer } from '../sides/radius-server.ts'
import { mostToWarm, totpPeople } from '../sides/totp-servers.ts'
import type { Loader } from './loader.ts'
import { measure } from './measure.ts'
import type { Side } from './rounds.ts'

/** People who sign in with codes made at one moment. */
const chunk = 4_000
export const totpSlices = (totpPeople.length - mostToWarm) / chunk
export const totpWindows = mostToWarm / chunk

/**
 * A server under sign-ins with PAP and TOTP. Each person signs in once, so the server must be new.
 *
 * @param options.atOnce requests in flight
 * @param options.perSecond what is measured comes at this rate, whatever the server could do
 * @param options.mayRefuse how many of a thousand requests the server may refuse
 */
export function totpSide(
  loader: Loader,
  name: string,
  { pid, port, stop }: RadiusServer,
  options: {
    readonly atOnce: number
    readonly perSecond?: number | undefined
    readonly mayRefuse: number
  },
): Side {
  const { atOnce, perSecond, mayRefuse } = options
  const run = async (first: number, pace: { readonly perSecond?: number }) => {
    // rlm_totp takes the code of this step only.
    await untilCodesLast(9_000)
    const job = {
      port,
      secret: benchSecret,
      people: withCodes(totpPeople.slice(first, first + chunk)),
      sockets: 16,
      window: atOnce,
      timeoutMs: 10_000,
      ...pace,
    }
    return measure(loader, name, pid, job, (mayRefuse * chunk) / 1_000)
  }
  let warmed = 0
  return {
    warm() {
      warmed += chunk
      return run(warmed - chunk, {})
    },
    slice: (index) => run(mostToWarm + index * chunk, perSecond === undefined ? {} : { perSecond }),
    stop,
  }
}
