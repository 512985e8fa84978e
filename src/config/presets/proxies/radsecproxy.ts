import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const radsecproxy: Preset = {
  title: 'radsecproxy in front of Holdfast',
  settings: {
    patience: {
      value: '14s',
      from: 'radsecproxy-lab',
      because: 'it forgets a request 15 s after it came, and drops a later answer',
    },
    person_specific_device: {
      value: false,
      from: 'unverified',
      because: 'what Calling-Station-Id says depends on the gateway behind it',
    },
  },
  protocols: [
    { value: 'pap', from: 'radsecproxy-lab', because: 'whatever the gateway behind it sends' },
    { value: 'ms-chapv2', from: 'radsecproxy-manual' },
    { value: 'eap', from: 'radsecproxy-manual' },
  ],
  sending: { ...every(5, 3), from: 'radsecproxy-manual' },
  timers: [
    { text: 'RetryInterval 5 and RetryCount 2: 15 s in all.', from: 'radsecproxy-manual' },
    {
      text: 'DuplicateInterval 10: it passes on as new what the gateway sends again after 10 s.',
      from: 'radsecproxy-lab',
    },
  ],
  advice: [
    { text: 'Write RetryInterval 60 and RetryCount 1 for the server.', from: 'radsecproxy-lab' },
    {
      text: 'Write DuplicateInterval 120 for each client. Otherwise resends of a gateway reach Holdfast as new requests.',
      from: 'radsecproxy-lab',
    },
    { text: 'Write StatusServer on: Holdfast answers Status-Server.', from: 'radsecproxy-lab' },
  ],
  advisedPatience: '60s',
  groups: [],
  device: [],
  messageAuthenticator: {
    text: 'radsecproxy 1.9 adds none: the gateway behind it must send it.',
    from: 'radsecproxy-lab',
  },
  quirks: [
    {
      id: 'one-address',
      text: 'All gateways behind it come from its address: tell them apart by nas_identifier.',
      from: 'radsecproxy-lab',
    },
  ],
}
