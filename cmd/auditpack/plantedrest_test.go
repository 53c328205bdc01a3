package main

func plantedFolder() []plant { return nil }
func plantedShares() []plant { return nil }
func plantedIIS() []plant    { return nil }
func plantedHTTP() []plant   { return nil }
func plantedSystem() []plant { return nil }
