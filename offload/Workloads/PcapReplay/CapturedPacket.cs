namespace IpsecDp.Workloads.PcapReplay;

/// <summary>An IP packet within a capture file: where it lies and when it was captured, in nanoseconds of the file's clock.</summary>
public readonly record struct CapturedPacket(int Offset, int Length, long CapturedAt);
