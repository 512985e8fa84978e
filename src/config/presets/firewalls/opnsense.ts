import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const opnsense: Preset = {
  title: 'OPNsense',
  settings: {
    patience: {
      value: '15s',
      from: 'opnsense-source',
      because: '5 s, as the form suggests, three times; without a value it is 10 s, three times',
    },
    challenges: {
      value: false,
      from: 'opnsense-source',
      because: 'anything but an Accept is a failure',
    },
    person_specific_device: {
      value: false,
      from: 'opnsense-source',
      because: 'it sends neither Calling-Station-Id nor a port that differs',
    },
  },
  protocols: [
    { value: 'pap', from: 'opnsense-source' },
    { value: 'ms-chapv2', from: 'opnsense-8250' },
  ],
  sending: { ...every(10, 3), secondServer: true, from: 'opnsense-source' },
  timers: [
    { text: 'Time-out 10 s unless set; the example in the form is 5 s.', from: 'opnsense-source' },
    { text: '3 tries, which cannot be changed.', from: 'opnsense-source' },
  ],
  advice: [
    { text: 'Set the time-out to 20 to 30 s.', from: 'unverified' },
    { text: 'Name one server only.', from: 'opnsense-10270' },
  ],
  advisedPatience: '60s',
  groups: [{ name: 'Class', use: 'group, written CN=GROUP', from: 'opnsense-6230' }],
  device: [],
  quirks: [
    {
      id: 'next-server-prompts-again',
      text: 'After three silent tries OpenVPN goes to the next server, which prompts again where it is another product.',
      from: 'opnsense-10270',
    },
    {
      id: 'port-always-0',
      text: 'NAS-Port is 0 for all users, and no address is sent: the request to a second server is refused while the phone rings, and an approval after the Reject does not count for the next try.',
      from: 'opnsense-source',
    },
    {
      id: 'prompt-each-hour',
      text: 'OpenVPN asks again at each renegotiation, every hour unless reneg-sec says otherwise.',
      from: 'opnsense-1147',
    },
    {
      id: 'cn-prefix',
      text: 'A group in Class counts only with CN= in front.',
      from: 'opnsense-6230',
    },
  ],
}
