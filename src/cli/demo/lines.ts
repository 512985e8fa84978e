import {
  type Config,
  type DemoEnrolment,
  type Endpoint,
  formatEndpoint,
  type GatewayConfig,
} from '../../config/index.ts'
import { demoWifiLines } from './wifi-lines.ts'

/** Where a demo runs. */
export type DemoPlace = {
  readonly config: Config
  readonly radius: Endpoint
  readonly http?: Endpoint
}

/** Characters that need no quotes in a shell, nor in the input of radclient. */
const plain = /^[\w.-]+$/

/**
 * What a newcomer can paste to see the demo work, for the people and gateways it has. `program` is
 * how its commands are called.
 */
export function demoLines(place: DemoPlace, program: string): readonly string[] {
  const { config, http } = place
  const typing = findPerson(config, 'totp', 'append')
  const called = findPerson(config, 'call', 'hold')
  const lines: string[] = []
  if (typing) {
    const { user, seed, passwordAndDelimiter } = typing
    const password = `\\"${passwordAndDelimiter}$(oathtool --totp -b ${seed})\\"`
    lines.push(
      `  ${user}, with the code of an app after the password (oathtool makes it here):`,
      `    ${radclientLine(place, typing, password)}`,
    )
  }
  if (called && http) {
    const { user, password } = called
    lines.push(
      `  ${user}, called on the demo phone at http://${formatEndpoint(http)}/demo/ (press # there):`,
      `    ${radclientLine(place, called, password)}`,
    )
  }
  if (typing) {
    const { user, seed, gateway, passwordAndDelimiter } = typing
    lines.push(
      `  Without radclient; the password is ${passwordAndDelimiter}CODE, from an app with the key ${seed}:`,
      `    ${[program, 'try', user, ...nasIdentifier('--nas-identifier ', gateway)].join(' ')}`,
    )
  }
  lines.push(...demoWifiLines(config, place.radius))
  const toPaste = lines.length === 0 ? [] : ['', 'Sign in from another terminal:', ...lines, '']
  return [...toPaste, ...portalLines(config, program)]
}

/** Where people find their pages. */
function portalLines(config: Config, program: string): readonly string[] {
  const { web } = config
  if (web?.people === undefined) return []
  const phoneOf = findPerson(config, 'call', 'challenge')
  return [
    'The portal, where people manage how they sign in:',
    `  ${web.people.publicUrl}/`,
    ...(phoneOf === undefined
      ? []
      : [
          `  At ${web.people.publicUrl}/phone your browser becomes a phone of ${phoneOf.user} that approves sign-ins. Then sign in, with the password ${phoneOf.password}:`,
          `    ${[program, 'try', phoneOf.user, ...nasIdentifier('--nas-identifier ', phoneOf.gateway)].join(' ')}`,
        ]),
  ]
}

type DemoPerson = {
  readonly user: string
  readonly password: string
  readonly passwordAndDelimiter: string
  /** Base32; '' where the method has none. */
  readonly seed: string
  readonly gateway: GatewayConfig
}

/** Someone who has this method, with a gateway that shows it. */
function findPerson(
  config: Config,
  method: DemoEnrolment['method'],
  flow: GatewayConfig['flow'],
): DemoPerson | undefined {
  const gateway = Object.values(config.gateways).find((candidate) => candidate.flow === flow)
  if (!gateway) return undefined
  const people = (config.demo?.enrolments ?? [])
    .filter((enrolment) => enrolment.method === method)
    .map((enrolment): DemoPerson => {
      const directory = config.directories[enrolment.directory]
      const users = directory?.type === 'local' ? directory.users : {}
      const password = users[enrolment.user]?.password?.reveal() ?? ''
      const passwordAndDelimiter = password + (gateway.append ? gateway.append.delimiter : '')
      const seed = enrolment.method === 'totp' ? enrolment.seed : ''
      return { user: enrolment.user, password, passwordAndDelimiter, seed, gateway }
    })
  return people.find(({ user, password }) =>
    [user, password, gateway.secret.reveal()].every((word) => plain.test(word)),
  )
}

/** Message-Authenticator makes radclient sign the request, as a gateway has to. */
function radclientLine(place: DemoPlace, { user, gateway }: DemoPerson, password: string): string {
  const attributes = [
    `User-Name = ${user}`,
    `User-Password = ${password}`,
    ...nasIdentifier('NAS-Identifier = ', gateway),
    'Message-Authenticator = 0x00',
  ]
  const seconds = Math.ceil(gateway.patienceMs / 1000) + 5
  const server = `${formatEndpoint(place.radius)} auth ${gateway.secret.reveal()}`
  return `echo "${attributes.join(', ')}" | radclient -x -r 1 -t ${seconds} ${server}`
}

function nasIdentifier(before: string, { nasIdentifier: name }: GatewayConfig): readonly string[] {
  return name === undefined || name === '*' ? [] : [`${before}${name}`]
}
