import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const ocserv: Preset = {
  title: 'ocserv, the OpenConnect server',
  alsoCalled: ['openconnect'],
  settings: {
    patience: { value: '40s', from: 'ocserv-lab', because: '4 packets, one every 10 s' },
    challenges: { value: true, from: 'ocserv-lab' },
    person_specific_device: {
      value: true,
      from: 'ocserv-lab',
      because: 'Calling-Station-Id is the address from which the client connects',
    },
  },
  protocols: [{ value: 'pap', from: 'ocserv-lab' }],
  sending: { ...every(10, 4), from: 'ocserv-lab' },
  timers: [
    {
      text: 'radius_timeout, 10 s, and radius_retries, 3, in radiusclient.conf: it sends once more than radius_retries says, and gives up at 40 s.',
      from: 'ocserv-lab',
    },
    {
      text: 'The client waits as long as ocserv does; this was tried up to 80 s.',
      from: 'ocserv-lab',
    },
  ],
  advice: [
    {
      text: 'Write radius_timeout 60 and radius_retries 1 into radiusclient.conf.',
      from: 'ocserv-lab',
    },
    {
      text: 'Write sec-mod-scale = 32 into ocserv.conf: each of its processes handles one sign-in at a time.',
      from: 'ocserv-lab',
    },
  ],
  advisedPatience: '60s',
  groups: [
    { name: 'Class', use: 'the group, as OU=NAME; only the first one is used', from: 'ocserv-lab' },
  ],
  device: [
    {
      name: 'Calling-Station-Id',
      use: 'address from which the client connects',
      from: 'ocserv-lab',
    },
  ],
  messageAuthenticator: {
    text: 'radcli 1.2.11 of Debian 12 is too old to send it: take a newer radcli, or set message_authenticator: learn and keep the gateway on a network that you trust.',
    from: 'ocserv-lab',
  },
  quirks: [
    {
      id: 'one-at-a-time',
      text: 'A process of ocserv that waits for an answer does nothing else: a new connection that gets this process fails after 20 s.',
      from: 'ocserv-lab',
    },
    {
      id: 'asks-again',
      text: 'After a Reject it shows the text and asks for the password again, three times in all. What is typed there begins a new sign-in.',
      from: 'ocserv-lab',
    },
    {
      id: 'nas-identifier',
      text: 'It sends NAS-Identifier only if nas-identifier follows config in the auth line of ocserv.conf.',
      from: 'ocserv-lab',
    },
  ],
}
