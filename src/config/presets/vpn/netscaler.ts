import type { Preset } from '../preset.ts'
import { every } from '../sending.ts'

export const netscaler: Preset = {
  title: 'Citrix NetScaler Gateway',
  settings: {
    patience: { value: '3s', from: 'citrix-docs' },
    challenges: { value: true, from: 'unverified' },
    person_specific_device: { value: false, from: 'unverified' },
  },
  protocols: [
    { value: 'pap', from: 'citrix-docs' },
    { value: 'chap', from: 'citrix-docs' },
    { value: 'ms-chapv2', from: 'mideye', because: 'needed to change passwords' },
  ],
  sending: { ...every(3, 3), from: 'unverified' },
  timers: [
    { text: 'authTimeout of the RADIUS action: 3 s.', from: 'citrix-docs' },
    { text: 'The sign-in page waits about 30 s.', from: 'unverified' },
  ],
  advice: [
    { text: 'Set authTimeout to 35 s or more, with one retry.', from: 'mideye' },
    { text: 'Set passEncoding to pap.', from: 'citrix-docs' },
  ],
  advisedPatience: '35s',
  groups: [
    { name: 'Citrix-User-Groups', use: 'groups of the person', from: 'freeradius-dictionary' },
  ],
  device: [],
  quirks: [
    {
      id: 'nat-session-4-s',
      text: 'The NAT session of a request was dropped after 4 s, so that a later Accept never arrived: where prompts fail though they are approved, look there.',
      from: 'citrix-236072',
    },
    {
      id: 'group-attribute-configured',
      text: 'Which vendor and attribute carry groups, and the prefix and separator around them, is set in the RADIUS action.',
      from: 'citrix-docs',
    },
  ],
}
