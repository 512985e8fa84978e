import type { ComponentChildren } from 'preact'
import { useApp } from './app-context.ts'
import { Icon, type IconName } from './icon.tsx'

export function List({ label, children }: { label?: string; children: ComponentChildren }) {
  return (
    <ul class="list" aria-label={label}>
      {children}
    </ul>
  )
}

type RowContent = {
  readonly icon: IconName
  readonly title: string
  readonly detail?: ComponentChildren
  readonly badges?: ComponentChildren
}

function Content({ icon, title, detail, badges }: RowContent) {
  return (
    <>
      <span class="row-icon">
        <Icon name={icon} />
      </span>
      <span class="row-text">
        <span class="row-title">
          {title} {badges}
        </span>
        {detail && <span class="row-detail">{detail}</span>}
      </span>
    </>
  )
}

/** A row that leads to a page. */
export function LinkRow(props: RowContent & { readonly to: string }) {
  const { go } = useApp()
  return (
    <li>
      <a
        class="row"
        href={props.to}
        onClick={(event) => {
          if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return
          event.preventDefault()
          go(props.to)
        }}
      >
        <Content {...props} />
        <Icon name="next" />
      </a>
    </li>
  )
}

/** A row that does something at once. */
export function ButtonRow(
  props: RowContent & { readonly onClick: () => void; readonly busy?: boolean },
) {
  return (
    <li>
      <button
        type="button"
        class="row"
        aria-disabled={props.busy}
        onClick={props.busy ? undefined : props.onClick}
      >
        <Content {...props} />
        <Icon name="next" />
      </button>
    </li>
  )
}

/** A row to read, with at most one button beside it. */
export function Row(props: RowContent & { readonly children?: ComponentChildren }) {
  return (
    <li class="row still">
      <Content {...props} />
      {props.children}
    </li>
  )
}
