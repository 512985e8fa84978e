import type { Preset } from '../preset.ts'

export const ciscoAsa: Preset = {
  title: 'Cisco ASA with AnyConnect',
  settings: {
    patience: {
      value: '10s',
      from: 'cisco-asa-docs',
      because: 'AnyConnect before 4.8.02045 gives up after 12 s whatever the ASA does',
    },
    challenges: { value: true, from: 'mideye' },
    person_specific_device: { value: false, from: 'unverified' },
  },
  protocols: [
    { value: 'pap', from: 'cisco-asa-docs' },
    { value: 'ms-chapv2', from: 'mideye', because: 'with password-management' },
  ],
  sending: { atSeconds: [0, 10], givesUpSeconds: 12, from: 'wiresandwi' },
  timers: [
    { text: 'The ASA sends again after 10 s, 3 times in all.', from: 'cisco-asa-docs' },
    {
      text: 'AnyConnect itself gives up after 12 s, since 4.8.02045 after 30 s (authentication time-out of the profile).',
      from: 'wiresandwi',
    },
  ],
  advice: [
    { text: 'Set the time-out of the aaa-server to 60 s.', from: 'unverified' },
    {
      text: 'Set the authentication time-out of the AnyConnect profile above 60 s; 120 s is the most.',
      from: 'unverified',
    },
    {
      text: 'Without password-management it sends PAP; no mschapv2-capable on the server does the same.',
      from: 'cisco-asa-docs',
    },
  ],
  advisedPatience: '60s',
  groups: [
    { name: 'Class', use: 'group policy, written OU=POLICY;', from: 'unverified' },
    { name: 'ASA-Group-Policy', use: 'group policy by its name', from: 'freeradius-dictionary' },
    { name: 'Cisco-AVPair', use: 'access lists, such as ip:inacl#1=…', from: 'unverified' },
  ],
  device: [{ name: 'Calling-Station-Id', use: 'public address of the person', from: 'unverified' }],
  quirks: [
    {
      id: 'reject-text-hidden',
      text: 'With MS-CHAPv2 it hides the text of a Reject, but shows challenges.',
      from: 'mideye',
    },
    {
      id: 'two-timers',
      text: 'Raising the time-out on the ASA alone changes nothing: the timer of the profile ends the sign-in.',
      from: 'wiresandwi',
    },
  ],
}
