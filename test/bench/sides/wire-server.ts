// The real listener with a sign-in that compares PAP with a password in memory: the wire alone.
import type { SignIn } from '../../../src/signin/index.ts'
import { constantTimeEqual, createTimerWheel, systemClock } from '../../../src/support/index.ts'
import { createGatewayTable, createRadiusListener } from '../../../src/transport/index.ts'
import { benchPeople } from '../load/people.ts'
import { benchGateway } from './gateway.ts'
import { serveParent } from './server-script.ts'

const passwords = new Map(
  benchPeople().map(({ name, password }) => [name, Buffer.from(password)] as const),
)

const signIn: SignIn = async ({ userName, credential }) => {
  const known = passwords.get(userName)
  const isRight =
    known !== undefined &&
    credential.kind === 'pap' &&
    constantTimeEqual(known, Buffer.from(credential.password.reveal()))
  return isRight
    ? { kind: 'accept', reason: 'accepted', attributes: [] }
    : { kind: 'reject', reason: 'password-wrong', message: 'Sign-in failed.' }
}

const wheel = createTimerWheel(systemClock, {
  onError: (error) => {
    throw error
  },
})
const quiet = () => {}
const listener = createRadiusListener({
  maxOpen: 100_000,
  replyCache: { keepMs: 30_000, maxBytes: 64 * 1024 * 1024 },
  listen: [{ address: '127.0.0.1', port: 0 }],
  gateways: createGatewayTable([benchGateway({ flow: 'append' })]),
  signIn,
  eap: async () => ({ kind: 'drop', reason: 'internal-error' }),
  clock: systemClock,
  wheel,
  observer: {
    onDrop: ({ reason, error }) => console.error('dropped', reason, error ?? ''),
    onAnswer: quiet,
    onResend: quiet,
    onStatus: quiet,
    onAccounting: quiet,
    onVerified: quiet,
    onLearnt: quiet,
    onSendError: (error) => console.error('not sent', error),
    onSocket: quiet,
  },
})
const [bound] = await listener.start()
serveParent(bound?.port ?? 0)
