package xlsx

import "qunxiang/core/ingest/book"

func broken(detail, part string) *book.Error { return book.Bad(detail, part) }

func tooLarge(detail, part string) *book.Error { return book.Beyond(detail, part) }
