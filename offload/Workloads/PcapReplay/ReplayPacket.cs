namespace IpsecDp.Workloads.PcapReplay;

/// <summary>A packet of a script: where it lies, who sends it, nanoseconds after the first.</summary>
internal readonly record struct ReplayPacket(int Offset, int Length, HostSide Sender, long At);
