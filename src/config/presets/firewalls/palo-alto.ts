import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const paloAlto: Preset = {
  title: 'Palo Alto GlobalProtect',
  alsoCalled: ['globalprotect'],
  settings: {
    patience: { value: '9s', from: 'pan-docs', because: '3 s, three times' },
    challenges: { value: true, from: 'mideye' },
    person_specific_device: {
      value: true,
      from: 'pan-docs',
      because: 'PaloAlto-Client-Source-IP is the address of the person',
    },
    device_attribute: { value: 'PaloAlto-Client-Source-IP', from: 'pan-docs' },
  },
  mostPatience: {
    value: '25s',
    from: 'mideye',
    because: 'GlobalProtect drops the sign-in at about 25 s, whatever the profile says',
  },
  protocols: [
    { value: 'chap', from: 'pan-docs', because: 'PAN-OS 7.1 tries CHAP, then PAP' },
    { value: 'pap', from: 'pan-docs' },
    { value: 'eap', from: 'pan-docs', because: 'PEAP-MSCHAPv2, PEAP-GTC, EAP-TTLS with PAP' },
  ],
  sending: { ...every(3, 3), from: 'pan-docs' },
  timers: [
    {
      text: 'Time-out of the server profile: 3 s (1 to 120 s; 1 to 30 s in PAN-OS 7.1), with 3 retries.',
      from: 'pan-docs',
    },
    {
      text: 'The web server of PAN-OS waits 30 s; that must not be less than time-out × retries × servers.',
      from: 'pan-docs',
    },
    { text: 'GlobalProtect drops the sign-in at about 25 s.', from: 'mideye' },
  ],
  advice: [
    { text: 'Set the time-out of the server profile to 60 s or more.', from: 'mideye' },
    { text: 'Set the authentication protocol to PAP.', from: 'unverified' },
    {
      text: 'Let Holdfast turn from holding to a challenge after about 11 s: patience 12s.',
      from: 'mideye',
    },
  ],
  advisedPatience: '12s',
  groups: [
    { name: 'PaloAlto-User-Group', use: 'group of the person', from: 'freeradius-dictionary' },
    { name: 'PaloAlto-Admin-Role', use: 'role of an administrator', from: 'freeradius-dictionary' },
  ],
  device: [
    {
      name: 'PaloAlto-Client-Source-IP',
      use: 'address of the person, once the firewall is told to send it',
      from: 'pan-docs',
    },
  ],
  quirks: [
    {
      id: 'client-drops-at-25-s',
      text: 'Raising the time-out of the profile above 25 s does not make GlobalProtect wait longer.',
      from: 'mideye',
    },
    {
      id: 'client-attributes-off',
      text: 'Attributes about the person’s device are off until they are switched on.',
      from: 'pan-docs',
    },
  ],
}
