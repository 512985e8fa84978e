import type { Script } from './parts/play.ts'
import { append } from './scenarios/append.ts'
import { challenge } from './scenarios/challenge.ts'
import { eap } from './scenarios/eap.ts'
import { hashed } from './scenarios/hashed.ts'
import { hold } from './scenarios/hold.ts'
import { locks } from './scenarios/locks.ts'
import { outages } from './scenarios/outages.ts'
import { packets } from './scenarios/packets.ts'
import { policy } from './scenarios/policy.ts'
import { replies } from './scenarios/replies.ts'
import { stop, stopSilent } from './scenarios/stop.ts'
import { upstream } from './scenarios/upstream.ts'

/** All that is recorded, each script in the file of its name under data/. */
export const scripts: Readonly<Record<string, Script>> = {
  append,
  challenge,
  hold,
  hashed,
  packets,
  locks,
  policy,
  eap,
  replies,
  upstream,
  outages,
  stop,
  'stop-silent': stopSilent,
}
