using IpsecDp.Adapters;
using IpsecDp.Adapters.Linux;
using IpsecDp.Adapters.Sockets;

namespace IpsecDp.Daemon.Capture;

/// <summary>The socket ESP and AH travel by where a capture has none of its own.</summary>
internal static class CipherSocket
{
    /// <summary>Opens it; throws <see cref="AdapterException"/>.</summary>
    public static CipherSocketPort Open(CipherSide side, bool sorts, PortBuffers buffers) => side.Encapsulation == CipherEncapsulation.Udp
        ? UdpEncapPort.Open(new UdpEncapOptions { Local = side.Local, Port = side.Port, WholeDatagrams = true, SortsByPrecedence = sorts, Buffers = buffers })
        : RawEspPort.Open(new RawEspOptions { Local = side.Local, SortsByPrecedence = sorts, Buffers = buffers });

    /// <summary>Throws <see cref="DaemonException"/> where a policy needs another socket than the one that is open.</summary>
    public static void RequireSame(CipherSide open, CipherSide needed)
    {
        if (open != needed)
        {
            throw new DaemonException($"the policy wants ESP in {Name(needed)}, but {Name(open)} is open: stop and start again");
        }
    }

    private static string Name(CipherSide side) => side.Encapsulation == CipherEncapsulation.Udp ? $"UDP at {side.Local} port {side.Port}" : $"IP at {side.Local}";
}
