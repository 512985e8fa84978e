import type { Asker } from '../ask.ts'
import { CliError } from '../errors.ts'
import { type CliIo, note } from '../io.ts'
import { formatDuration } from '../text/times.ts'
import { askPassword } from '../try/play.ts'
import type { TryTarget } from '../try/target.ts'
import { createDemoPerson, readDemoSecrets } from './demo-person.ts'
import { createDevicePerson } from './device-person.ts'
import type { PersonEvent } from './events.ts'
import type { GatewayKind } from './options.ts'
import { createRealPerson, type Person } from './person.ts'

/** What the command line says about the person. */
export type PersonArgs = {
  readonly user: string
  readonly passwordFile?: string | undefined
  readonly answerAfter?: string | undefined
  readonly with?: 'push' | 'passkey' | undefined
}

/** How long someone of the demo takes where nothing is said: time to look at the phone. */
const demoAnswerAfterMs = 3_000

/** Someone of the demo who answers as told, otherwise the person at this terminal. */
export async function findPerson(
  { user, passwordFile, with: method, challenges }: PersonArgs & Pick<GatewayKind, 'challenges'>,
  answerAfterMs: number | undefined,
  { demo }: TryTarget,
  onEvent: (event: PersonEvent) => void,
  asker: Asker,
  io: CliIo,
): Promise<Person> {
  const isPlayed =
    answerAfterMs !== undefined || (passwordFile === undefined && demo?.http !== undefined)
  if (isPlayed && demo !== undefined) {
    const { http: phone } = demo
    if (phone === undefined) {
      throw new CliError('usage', 'This demo has no phone: --answer-after needs its http.')
    }
    const secrets = readDemoSecrets(demo, user, io.env)
    const { clock, signal } = io
    const common = { user, secrets, clock, signal, onEvent }
    const answers = { ...common, answerAfterMs: answerAfterMs ?? demoAnswerAfterMs }
    return method === undefined
      ? await createDemoPerson({ ...answers, phone })
      : await createDevicePerson({ ...answers, method, showsText: challenges, demo, io })
  }
  if (method !== undefined) {
    throw new CliError('usage', `Only a demo can play a ${method}: leave --with out.`)
  }
  if (answerAfterMs !== undefined) {
    const after = formatDuration(answerAfterMs)
    note(io, `Only a demo can answer by itself: answer for ${user} after ${after}.`)
  }
  return createRealPerson(await askPassword({ passwordFile }, asker, io), asker)
}
