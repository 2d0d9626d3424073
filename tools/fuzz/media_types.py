"""What Schemathesis does not know by itself: a PDF is sent as its bytes."""

import schemathesis

schemathesis.serializer.alias("application/pdf", "application/octet-stream")
