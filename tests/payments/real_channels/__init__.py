"""Alipay and WeChat Pay as they speak, on this machine: servers that sign as the protocols do, and what we make of it."""
