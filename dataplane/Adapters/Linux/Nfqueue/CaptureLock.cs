using System.Net.Sockets;

namespace IpsecDp.Adapters.Linux.Nfqueue;

/// <summary>Says that a capture lives in this network namespace: an abstract socket, whose name ends with the process and is known in one namespace only (unix(7)).</summary>
internal sealed class CaptureLock : IDisposable
{
    private const string Name = "\0ipsecdp-divert";

    private const int Attempts = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly Socket _socket;

    private CaptureLock(Socket socket) => _socket = socket;

    /// <summary>Takes the lock of the calling thread's network namespace; null while another process, or another capture of this one, has it.</summary>
    public static CaptureLock? TryTake()
    {
        // A child that a thread beside this one has just forked has every descriptor until it executes its program, and with them the name of a capture that ended.
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (TryBind() is { } taken)
            {
                return taken;
            }

            Thread.Sleep(Pause);
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static CaptureLock? TryBind()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(Name));
            return new CaptureLock(socket);
        }
        catch (SocketException refused) when (refused.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            return null;
        }
    }
}
