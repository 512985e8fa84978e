import type { Setup } from '../../../people/contract.ts'

/** Drawn on a grid of 24 with strokes, so that they take the colour of the text. */
const paths = {
  app: 'M8 2.5h8a2 2 0 0 1 2 2v15a2 2 0 0 1-2 2H8a2 2 0 0 1-2-2v-15a2 2 0 0 1 2-2zM11 18.5h2M9.5 9.5l1.8 1.8 3.2-3.2',
  sms: 'M4 5h16a1.5 1.5 0 0 1 1.5 1.5v9A1.5 1.5 0 0 1 20 17h-8l-4.5 4v-4H4a1.5 1.5 0 0 1-1.5-1.5v-9A1.5 1.5 0 0 1 4 5zM7.5 11h.01M12 11h.01M16.5 11h.01',
  call: 'M7.5 3.5l2 5-2.5 1.8a12 12 0 0 0 5.7 5.7l1.8-2.5 5 2v3a2 2 0 0 1-2.2 2A16.5 16.5 0 0 1 2.5 5.7a2 2 0 0 1 2-2.2z',
  email:
    'M4 5.5h16a1.5 1.5 0 0 1 1.5 1.5v10a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 17V7A1.5 1.5 0 0 1 4 5.5zM3 7l9 6 9-6',
  token:
    'M4.5 7h15A2.5 2.5 0 0 1 22 9.5v5a2.5 2.5 0 0 1-2.5 2.5h-15A2.5 2.5 0 0 1 2 14.5v-5A2.5 2.5 0 0 1 4.5 7zM6 10.5h7v3H6zM17.5 12h.01',
  recovery:
    'M6 3.5h12a1.5 1.5 0 0 1 1.5 1.5v14a1.5 1.5 0 0 1-1.5 1.5H6A1.5 1.5 0 0 1 4.5 19V5A1.5 1.5 0 0 1 6 3.5zM8 8.5h8M8 12h8M8 15.5h5',
  good: 'M12 3l7.5 3v5.5c0 4.5-3 8-7.5 9.5-4.5-1.5-7.5-5-7.5-9.5V6zM8.8 12l2.3 2.3 4.2-4.3',
  warn: 'M12 4.5l8.5 15h-17zM12 10v4.5M12 17h.01',
  bad: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 7.5v5.5M12 16.3h.01',
  info: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 11v5.5M12 7.7h.01',
  check: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM8 12.2l2.7 2.7L16 9.5',
  plus: 'M12 5v14M5 12h14',
  next: 'M9.5 5.5L16 12l-6.5 6.5',
  back: 'M14.5 5.5L8 12l6.5 6.5',
  browser:
    'M4 4.5h16A1.5 1.5 0 0 1 21.5 6v12a1.5 1.5 0 0 1-1.5 1.5H4A1.5 1.5 0 0 1 2.5 18V6A1.5 1.5 0 0 1 4 4.5zM2.5 9h19M5.5 6.8h.01M8 6.8h.01',
  laptop: 'M5.5 5h13A1.5 1.5 0 0 1 20 6.5V15H4V6.5A1.5 1.5 0 0 1 5.5 5zM2 18.5h20',
  lock: 'M6.5 10.5h11A1.5 1.5 0 0 1 19 12v7a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 19v-7a1.5 1.5 0 0 1 1.5-1.5zM8 10.5V7.5a4 4 0 0 1 8 0v3M12 14.5v2',
  language: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM3 12h18M12 3c5 5 5 13 0 18M12 3c-5 5-5 13 0 18',
  data: 'M12 3.5v11M7.5 10.5L12 15l4.5-4.5M4 19.5h16',
  help: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM9.3 9.3a2.7 2.7 0 1 1 4 2.4c-.9.5-1.3 1-1.3 2M12 16.7h.01',
  clock: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 7.5V12l3 2',
  edit: 'M4 20l1-4L16.5 4.5l3 3L8 19zM14 7l3 3',
  trash: 'M4.5 7h15M9.5 7V4.5h5V7M6.5 7l1 13h9l1-13M10 11v5M14 11v5',
  star: 'M12 4l2.4 5 5.6.700-4.1 3.8 1.1 5.5-5-2.8L7 19l1.1-5.5L4 9.7 9.6 9z',
  play: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM10 8.5l5.5 3.5-5.5 3.5z',
  out: 'M10 4.5H5.5v15H10M14.5 8l4 4-4 4M18.5 12H9.5',
} as const satisfies Record<Setup | string, string>

export type IconName = keyof typeof paths

/** Always beside a text that says the same. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  )
}
