using IpsecDp.Wire.Ip;

namespace IpsecDp.Adapters.Linux;

/// <summary>One non-blocking socket and the options the ports set on it.</summary>
internal sealed unsafe class NativeSocket : IDisposable
{
    private int _descriptor;

    private NativeSocket(int descriptor, bool isV4)
    {
        _descriptor = descriptor;
        IsV4 = isV4;
    }

    /// <summary>The kernel's number for it.</summary>
    public int Descriptor => _descriptor;

    /// <summary>Whether it is of the IPv4 family.</summary>
    public bool IsV4 { get; }

    /// <summary>A socket of the family; null with the error number when the kernel refuses.</summary>
    public static NativeSocket? TryOpen(bool isV4, int type, int protocol, out int error)
    {
        var family = isV4 ? SocketNumbers.FamilyV4 : SocketNumbers.FamilyV6;
        var descriptor = Libc.Socket(family, type | Libc.NonBlocking | Libc.CloseOnExec, protocol);
        error = descriptor < 0 ? Libc.LastError : 0;
        return descriptor < 0 ? null : new NativeSocket(descriptor, isV4);
    }

    /// <summary>A socket of another family than IP; null when the kernel refuses.</summary>
    public static NativeSocket? TryOpen(int family, int type, int protocol)
    {
        var descriptor = Libc.Socket(family, type | Libc.NonBlocking | Libc.CloseOnExec, protocol);
        return descriptor < 0 ? null : new NativeSocket(descriptor, isV4: false);
    }

    /// <summary>Binds; the error number, or 0.</summary>
    public int TryBind(IpAddress address, int port, uint scope)
    {
        var name = stackalloc byte[NativeAddress.MaximumLength];
        var length = NativeAddress.Write(name, address, port, scope);
        return Libc.Bind(_descriptor, name, length) < 0 ? Libc.LastError : 0;
    }

    /// <summary>The port the kernel gave, for a socket bound to port 0.</summary>
    public int BoundPort()
    {
        var name = stackalloc byte[NativeAddress.MaximumLength];
        var length = NativeAddress.MaximumLength;
        return Libc.GetSocketName(_descriptor, name, &length) == 0 && NativeAddress.TryRead(name, (uint)length, out _, out var port) ? port : 0;
    }

    /// <summary>Sets a number; the error number, or 0.</summary>
    public int TrySet(int level, int option, int value) =>
        Libc.SetSocketOption(_descriptor, level, option, &value, sizeof(int)) < 0 ? Libc.LastError : 0;

    /// <summary>Sets a structure; the error number, or 0.</summary>
    public int TrySet(int level, int option, ReadOnlySpan<byte> value)
    {
        fixed (byte* octets = value)
        {
            return Libc.SetSocketOption(_descriptor, level, option, octets, value.Length) < 0 ? Libc.LastError : 0;
        }
    }

    /// <summary>Asks for buffers of a size, past the system's limit where the process may; the octets the kernel granted for receiving.</summary>
    public int EnlargeBuffers(int octets)
    {
        if (TrySet(SocketNumbers.LevelSocket, SocketNumbers.ReceiveBufferForce, octets) != 0)
        {
            _ = TrySet(SocketNumbers.LevelSocket, SocketNumbers.ReceiveBuffer, octets);
        }

        if (TrySet(SocketNumbers.LevelSocket, SocketNumbers.SendBufferForce, octets) != 0)
        {
            _ = TrySet(SocketNumbers.LevelSocket, SocketNumbers.SendBuffer, octets);
        }

        int granted = 0, length = sizeof(int);
        _ = Libc.GetSocketOption(_descriptor, SocketNumbers.LevelSocket, SocketNumbers.ReceiveBuffer, &granted, &length);
        // The kernel doubles what is asked for, to pay for its own bookkeeping (socket(7)).
        return granted / 2;
    }

    public void Dispose()
    {
        var descriptor = Interlocked.Exchange(ref _descriptor, -1);
        if (descriptor >= 0)
        {
            _ = Libc.Close(descriptor);
        }
    }
}
