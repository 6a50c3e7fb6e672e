import { Button, FileButton } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import type { ReactNode } from 'react'

/** Opens a comparison that was saved as a file. */
export function ImportButton({
  children,
  onFile,
}: {
  children: ReactNode
  onFile: (file: File | null) => void
}): ReactNode {
  return (
    <FileButton accept="application/json,.json" onChange={onFile}>
      {(button) => (
        <Button
          {...button}
          variant="subtle"
          size="compact-sm"
          leftSection={<IconUpload size={15} aria-hidden="true" />}
        >
          {children}
        </Button>
      )}
    </FileButton>
  )
}
