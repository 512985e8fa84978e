import type { RadiusDirectoryConfig } from '../../config/index.ts'
import {
  createUpstreamDirectory,
  type Probe,
  passedPaths,
  type UpstreamEvent,
  type UpstreamOptions,
} from '../../directory/index.ts'
import type { LogEvent, Logger } from '../../ops/index.ts'
import type { Dictionary } from '../../radius/index.ts'
import type { Directory } from '../../signin/index.ts'
import type { Clock } from '../../support/index.ts'

/** A directory of other RADIUS servers; `users` finds its people, where another one does that. */
export function createUpstream(
  name: string,
  { servers, pass, probe, probeUser, ...settings }: RadiusDirectoryConfig,
  users: UpstreamOptions['users'],
  deps: {
    readonly clock: Clock
    readonly logger: Pick<Logger, 'log'>
    readonly dictionary: () => Dictionary
  },
): Directory {
  const { clock, logger, dictionary } = deps
  return createUpstreamDirectory(
    {
      name,
      servers: servers.map(({ address, messageAuthenticator, ...server }) => ({
        ...address,
        ...server,
        unsignedReplies: messageAuthenticator === 'optional',
      })),
      timeoutMs: settings.timeoutMs,
      tries: settings.tries,
      probe: probeBy(probe, probeUser),
      inFlight: settings.inFlight,
      queue: settings.queue,
      users,
      domains: settings.domains,
      pass: passedPaths(pass, dictionary),
      showMessages: settings.showMessages,
    },
    { clock, log: (event) => logger.log(logEventOf(name, event)) },
  )
}

function probeBy(kind: RadiusDirectoryConfig['probe'], name: string): Probe {
  return kind === 'user' ? { kind, name } : { kind }
}

function logEventOf(directory: string, event: UpstreamEvent): LogEvent {
  switch (event.kind) {
    case 'server-down':
      return { event: 'directory-down', directory, detail: `${event.server}: ${event.detail}` }
    case 'server-up':
      return { event: 'directory-up', directory, server: event.server, downMs: event.downMs }
    case 'reply-ignored':
      return {
        event: 'upstream-reply-ignored',
        directory,
        server: event.server,
        reason: event.reason,
      }
  }
}
