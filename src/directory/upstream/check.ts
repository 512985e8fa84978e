import { attributeType, findAttribute } from '../../radius/index.ts'
import type { Clock } from '../../support/index.ts'
import type { CheckRow } from '../check-row.ts'
import { describeError } from '../errors.ts'
import type { UpstreamOptions } from './options.ts'
import type { UpstreamServer } from './server.ts'

const never = new AbortController().signal

/** One row a server, and one where rules ask for what no one here has. Never rejects. */
export async function checkUpstream(
  servers: readonly UpstreamServer[],
  options: UpstreamOptions,
  groups: readonly string[],
  clock: Clock,
): Promise<readonly CheckRow[]> {
  const rows = await Promise.all(servers.map((server) => checkServer(server, options, clock)))
  const [group] = groups
  if (options.users !== undefined || group === undefined) return rows
  const remedy = 'Set users_from to the directory that knows the groups of these people.'
  return [
    ...rows,
    {
      what: `${options.name} group ${group}`,
      ok: false,
      detail: 'users of this directory have no groups',
      remedy,
    },
  ]
}

async function checkServer(
  server: UpstreamServer,
  { name, probe }: UpstreamOptions,
  clock: Clock,
): Promise<CheckRow> {
  const what = `${name} ${server.name}`
  if (probe.kind === 'none') {
    return { what, ok: true, detail: 'not asked: the setting is probe: none', remedy: '' }
  }
  const startedMs = clock.nowMs()
  try {
    const { reply } = await server.probe(never)
    const signed = findAttribute(reply, attributeType.MessageAuthenticator) !== undefined
    const detail = `answers after ${clock.nowMs() - startedMs} ms, ${signed ? 'with' : 'without'} Message-Authenticator`
    return { what, ok: true, detail, remedy: '' }
  } catch (error) {
    return { what, ok: false, detail: describeError(error), remedy: remedyFor(probe.kind) }
  }
}

function remedyFor(probe: 'status-server' | 'user'): string {
  const common =
    'Look at address, port and firewalls, whether this machine is a client of that server, and whether both have the same secret'
  return probe === 'status-server'
    ? `${common}. NPS does not know Status-Server: set probe: user there.`
    : `${common}.`
}
