import { benchSecret } from '../sides/gateway.ts'
import type { RadiusServer } from '../sides/radius-server.ts'
import type { Loader, LoadJob } from './loader.ts'
import { measure } from './measure.ts'
import { benchPeople } from './people.ts'
import type { Side } from './rounds.ts'

/** In this order in both servers' files. */
export const wirePeople = benchPeople()
const windowSize = 10_000

/** Plain PAP sign-ins, as fast as the answers come. */
export function wireJob(port: number): LoadJob {
  return {
    port,
    secret: benchSecret,
    people: wirePeople,
    sockets: 16,
    window: 128,
    timeoutMs: 2_000,
  }
}

/**
 * A server under plain PAP sign-ins. `perSecond`: what is measured comes at this rate, whatever the server
 * could do.
 */
export function wireSide(
  loader: Loader,
  name: string,
  { pid, port, stop }: RadiusServer,
  perSecond?: number,
): Side {
  const job = { ...wireJob(port), people: wirePeople.slice(0, windowSize) }
  const pace = perSecond === undefined ? {} : { perSecond, window: 256 }
  return {
    warm: () => measure(loader, name, pid, job),
    slice: () => measure(loader, name, pid, { ...job, ...pace }),
    stop,
  }
}
