namespace IpsecDp.Adapters.Windows;

/// <summary>What the two faces of a capture share.</summary>
internal sealed record CaptureSettings(int Mtu, int ProtectedMtu, PortBuffers Buffers, InterfaceMemory Interfaces);
