using System.Runtime.CompilerServices;
using System.Text;

namespace IpsecDp.Adapters.Linux;

/// <summary>struct ifreq: an interface's name and one value, asked for by ioctl (netdevice(7)).</summary>
internal static unsafe class InterfaceRequest
{
    /// <summary>Octets of the structure.</summary>
    public const int Length = 40;

    /// <summary>Where the value stands behind the name.</summary>
    public const int ValueAt = 16;

    /// <summary>Most characters of an interface's name.</summary>
    public const int NameLength = 15;

    public const uint GetMtu = 0x8921;
    public const uint GetIndex = 0x8933;

    private const uint EthernetTool = 0x8946;

    /// <summary>Clears the structure and writes the name, which the caller has looked at.</summary>
    public static void WriteName(Span<byte> request, string name)
    {
        request.Clear();
        Encoding.ASCII.GetBytes(name, request[..NameLength]);
    }

    /// <summary>The name the kernel wrote.</summary>
    public static string ReadName(ReadOnlySpan<byte> request)
    {
        var name = request[..(NameLength + 1)];
        var end = name.IndexOf((byte)0);
        return Encoding.ASCII.GetString(end < 0 ? name : name[..end]);
    }

    /// <summary>Asks on a passing socket; the error number, or 0.</summary>
    public static int TryAsk(uint question, Span<byte> request)
    {
        using var socket = NativeSocket.TryOpen(isV4: true, SocketNumbers.TypeDatagram, 0, out var error);
        if (socket is null)
        {
            return error;
        }

        fixed (byte* octets = request)
        {
            return Libc.Control(socket.Descriptor, question, octets) < 0 ? Libc.LastError : 0;
        }
    }

    /// <summary>The MTU of an interface, 0 when it cannot be asked.</summary>
    public static int MtuOf(string name)
    {
        Span<byte> request = stackalloc byte[Length];
        WriteName(request, name);
        return TryAsk(GetMtu, request) == 0 ? Unsafe.ReadUnaligned<int>(ref request[ValueAt]) : 0;
    }

    /// <summary>Whether an interface of the name is there and made by the TUN driver.</summary>
    public static bool IsTun(string name)
    {
        // struct ethtool_drvinfo: the question, then the driver's name.
        const int GetDriver = 3;
        const int DriverAt = 4;
        const int InformationLength = 196;
        var information = stackalloc byte[InformationLength];
        new Span<byte>(information, InformationLength).Clear();
        *(int*)information = GetDriver;
        Span<byte> request = stackalloc byte[Length];
        WriteName(request, name);
        Unsafe.WriteUnaligned(ref request[ValueAt], (nint)information);
        return TryAsk(EthernetTool, request) == 0 && new ReadOnlySpan<byte>(information + DriverAt, 4).SequenceEqual("tun\0"u8);
    }
}
