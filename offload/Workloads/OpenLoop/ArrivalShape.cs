namespace IpsecDp.Workloads.OpenLoop;

/// <summary>A kind of packet of an open load: its class, its share of all packets, and octets of the IP packet from and to.</summary>
internal readonly record struct ArrivalShape(TrafficClass Class, double Weight, int Smallest, int Largest);
