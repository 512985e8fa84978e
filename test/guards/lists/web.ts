import type { Guard } from '../guard.ts'

/** Guards of every HTTP listener. */
export const webGuards: readonly Guard[] = [
  {
    name: 'HTTP: Host is a name of this listener',
    file: 'src/web/host-header.ts',
    source: 'if (named === null || !isOurs(nameOf(named), socket)) {',
    without: 'if (named === null) {',
    noticedBy: ['test/web/host-header.test.ts'],
  },
  {
    name: 'HTTP: pages of other sites may not ask',
    file: 'src/web/host-header.ts',
    source: 'if (origin === undefined || ours.includes(origin)) return undefined',
    without: '',
    noticedBy: ['test/web/host-header.test.ts'],
  },
  {
    name: 'HTTP: requests that Twilio has not signed are limited',
    file: 'src/web/twilio-webhooks.ts',
    source: 'if (!counted.isAllowed && counted.isExceeded) {',
    without: 'if (counted.isAllowed && counted.isExceeded) {',
    noticedBy: ['test/web/twilio-webhooks.test.ts'],
  },
  {
    name: 'HTTP: connections of one address are bounded',
    file: 'src/web/connections.ts',
    source: 'siblings.length >= perAddress ? siblings : ',
    without: '',
    noticedBy: ['test/web/slow-requests.slow.test.ts'],
  },
  {
    name: 'HTTP: connections are bounded',
    file: 'src/web/connections.ts',
    source: 'open.size >= total ? open : []',
    without: '[]',
    noticedBy: ['test/web/slow-requests.slow.test.ts'],
  },
]
