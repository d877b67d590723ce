namespace IpsecDp.Engines;

/// <summary>Jobs, packets and octets of one kind.</summary>
public readonly record struct WorkCount(long Jobs, long Packets, long Bytes);
