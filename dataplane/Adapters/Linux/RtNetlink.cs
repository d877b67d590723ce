using System.Runtime.CompilerServices;
using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Linux;

/// <summary>The few questions and orders about interfaces that go over an rtnetlink socket (rtnetlink(7)); failures are <see cref="AdapterException"/>.</summary>
internal sealed unsafe class RtNetlink : IDisposable
{
    private const int NewLink = 16;
    private const int NewAddress = 20;
    private const int ErrorMessage = 2;
    private const ushort RequestWithAck = 0x1 | 0x4;
    private const ushort CreateExclusively = 0x400 | 0x200;
    private const int HeaderLength = 16;
    private const int LinkMessageLength = 16;
    private const int AddressMessageLength = 8;
    private const ushort LinkMtu = 4;
    private const ushort AddressOfPeer = 1;
    private const ushort AddressOfLocal = 2;
    private const uint FlagUp = 1;

    // IFA_F_NODAD: nobody else can have an address of a point-to-point device, so it is usable at once (RFC 4862 §5.4).
    private const byte NoDuplicateDetection = 0x02;

    private readonly int _descriptor;
    private uint _sequence;

    /// <summary>A conversation with the kernel of the calling thread's network namespace.</summary>
    public RtNetlink()
    {
        _descriptor = Libc.Socket(SocketNumbers.FamilyNetlink, SocketNumbers.TypeRaw | Libc.CloseOnExec, 0);
        if (_descriptor < 0)
        {
            throw new AdapterException($"no netlink socket ({Errno.Text(Libc.LastError)}): the kernel must be built with CONFIG_NET and the process may not be barred from AF_NETLINK.");
        }
    }

    /// <summary>Sets the MTU and brings the interface up.</summary>
    public void BringUp(string name, int index, int mtu)
    {
        Span<byte> request = stackalloc byte[128];
        request.Clear();
        var body = request[HeaderLength..];
        Unsafe.WriteUnaligned(ref body[4], index);
        Unsafe.WriteUnaligned(ref body[8], FlagUp);
        Unsafe.WriteUnaligned(ref body[12], FlagUp);
        var length = HeaderLength + LinkMessageLength;
        Span<byte> value = stackalloc byte[sizeof(int)];
        Unsafe.WriteUnaligned(ref value[0], mtu);
        length = AppendAttribute(request, length, LinkMtu, value);
        var error = Exchange(request[..length], NewLink, RequestWithAck);
        if (error != 0)
        {
            throw new AdapterException($"interface {name} cannot be brought up with MTU {mtu} ({Errno.Text(error)}): choose an MTU between 1280 and 65535 and run with CAP_NET_ADMIN.");
        }
    }

    /// <summary>Gives the interface an address with its prefix; one that is there already stays.</summary>
    public void AddAddress(string name, int index, InterfaceAddress address)
    {
        Span<byte> request = stackalloc byte[128];
        request.Clear();
        var ip = IpAddress.From(address.Address);
        var body = request[HeaderLength..];
        body[0] = (byte)(ip.Version == IpVersion.V4 ? SocketNumbers.FamilyV4 : SocketNumbers.FamilyV6);
        body[1] = (byte)address.PrefixLength;
        body[2] = ip.Version == IpVersion.V4 ? (byte)0 : NoDuplicateDetection;
        Unsafe.WriteUnaligned(ref body[4], index);
        Span<byte> octets = stackalloc byte[16];
        ip.WriteTo(octets);
        var length = AppendAttribute(request, HeaderLength + AddressMessageLength, AddressOfLocal, octets[..ip.Length]);
        length = AppendAttribute(request, length, AddressOfPeer, octets[..ip.Length]);
        var error = Exchange(request[..length], NewAddress, RequestWithAck | CreateExclusively);
        if (error is not (0 or Errno.Exists))
        {
            throw new AdapterException($"interface {name} cannot have address {address} ({Errno.Text(error)}): check the address and that IPv{(int)ip.Version} is enabled.");
        }
    }

    /// <summary>The index of an interface, 0 when there is none of that name.</summary>
    public static int IndexOf(string name)
    {
        Span<byte> octets = stackalloc byte[InterfaceRequest.Length];
        InterfaceRequest.WriteName(octets, name);
        return InterfaceRequest.TryAsk(InterfaceRequest.GetIndex, octets) == 0 ? Unsafe.ReadUnaligned<int>(ref octets[InterfaceRequest.ValueAt]) : 0;
    }

    public void Dispose() => _ = Libc.Close(_descriptor);

    private static int AppendAttribute(Span<byte> request, int at, ushort type, ReadOnlySpan<byte> content)
    {
        Unsafe.WriteUnaligned(ref request[at], (ushort)(4 + content.Length));
        Unsafe.WriteUnaligned(ref request[at + 2], type);
        content.CopyTo(request[(at + 4)..]);
        return at + 4 + ((content.Length + 3) & ~3);
    }

    // The kernel's error number, 0 for its consent.
    private int Exchange(Span<byte> request, ushort type, int flags)
    {
        var sequence = ++_sequence;
        Unsafe.WriteUnaligned(ref request[0], (uint)request.Length);
        Unsafe.WriteUnaligned(ref request[4], type);
        Unsafe.WriteUnaligned(ref request[6], (ushort)flags);
        Unsafe.WriteUnaligned(ref request[8], sequence);
        var reply = stackalloc byte[1024];
        fixed (byte* octets = request)
        {
            if (Libc.Send(_descriptor, octets, (nuint)request.Length, 0) < 0)
            {
                return Libc.LastError;
            }
        }

        while (true)
        {
            var count = Libc.Receive(_descriptor, reply, 1024, 0);
            if (count < HeaderLength + sizeof(int))
            {
                return count < 0 ? Libc.LastError : Errno.InputOutput;
            }

            if (*(ushort*)(reply + 4) == ErrorMessage && *(uint*)(reply + 8) == sequence)
            {
                return -*(int*)(reply + HeaderLength);
            }
        }
    }
}
