import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const mikrotik: Preset = {
  title: 'MikroTik RouterOS',
  settings: {
    challenges: { value: false, from: 'unverified' },
    person_specific_device: { value: false, from: 'unverified' },
  },
  protocols: [
    { value: 'pap', from: 'wiki-mikrotik', because: 'PPP' },
    { value: 'chap', from: 'authentik-6243', because: 'PPP, and logging in to the router' },
    { value: 'ms-chap', from: 'wiki-mikrotik', because: 'PPP' },
    {
      value: 'ms-chapv2',
      from: 'authentik-6243',
      because: 'PPP, and logging in to the router (WinBox)',
    },
    { value: 'eap', from: 'unverified', because: 'Wi-Fi, passed through' },
  ],
  sending: { ...every(0.3, 3), from: 'unverified' },
  timers: [{ text: 'timeout: 300 ms; scripts found set 1 to 3 s.', from: 'unverified' }],
  advice: [
    { text: 'Set timeout to 30 to 60 s.', from: 'microsoft-mfa-server' },
    { text: 'Allow only pap on the PPP server.', from: 'unverified' },
  ],
  advisedPatience: '30s',
  groups: [
    {
      name: 'Mikrotik-Group',
      use: 'group of an administrator; profile of a PPP user',
      from: 'freeradius-dictionary',
    },
    { name: 'Mikrotik-Address-List', use: 'firewall address list', from: 'freeradius-dictionary' },
    { name: 'Mikrotik-Wireless-VLANID', use: 'VLAN on Wi-Fi', from: 'freeradius-dictionary' },
  ],
  device: [],
  messageAuthenticator: {
    text: 'Update RouterOS to 7.15 or later and set require-message-auth of the RADIUS entry to yes-for-request-resp.',
    from: 'routeros-collection',
  },
  quirks: [
    {
      id: 'timeout-too-short',
      text: 'It gives up before any directory has answered: raise timeout before the first sign-in.',
      from: 'unverified',
    },
    {
      id: 'login-without-pap',
      text: 'Logging in to the router uses CHAP or MS-CHAPv2 only.',
      from: 'authentik-6243',
    },
    {
      id: 'radsec',
      text: 'It can speak RADIUS over TLS (RadSec) with a certificate, too.',
      from: 'wiki-mikrotik',
    },
  ],
}
