namespace EndToEnd.Tests.Interop;

/// <summary>What the peer made of a packet of ours: as it came, as scapy opened it, and whether it refused the same packet with one bit of the ICV turned.</summary>
internal sealed record PeerOpening(byte[] Sealed, byte[] Clear, bool IsDamagedRefused);
