package catalog

import (
	"embed"
	"io/fs"
)

//go:embed canada/*.yaml
var embedded embed.FS

// Canada is the catalogue of Canada that comes with the program.
func Canada() fs.FS {
	sub, err := fs.Sub(embedded, "canada")
	if err != nil { // only if the name above were not a path
		panic(err)
	}
	return sub
}
