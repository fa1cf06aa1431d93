package mrt

// Collector is what the path of a file says of where its routes were heard, "" if
// it says nothing.
func Collector(string) string { return "" }
