using System.IO.Pipes;
using System.Net.Sockets;
using System.Runtime.Versioning;

namespace IpsecDp.Adapters.Local;

/// <summary>A place on this host where processes of its owner, and of nobody else, may connect: a Unix domain socket, or a named pipe on Windows.</summary>
public sealed class OwnerListener : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int Backlog = 16;

    private readonly string _path;
    private readonly Socket? _socket;
    private long _denied;

    private OwnerListener(string path, Socket? socket) => (_path, _socket) = (path, socket);

    /// <summary>Connections of others that were closed.</summary>
    public long Denied => Interlocked.Read(ref _denied);

    /// <summary>Opens it at a path, whose folder is made where there is none; throws <see cref="AdapterException"/> where another process answers there or the system refuses.</summary>
    public static OwnerListener Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new OwnerListener(path, OperatingSystem.IsWindows() ? null : Bind(path));
    }

    /// <summary>Connects to such a place; throws <see cref="AdapterException"/> where nobody answers or it is another's.</summary>
    public static async Task<Stream> ConnectAsync(string path, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (OperatingSystem.IsWindows())
        {
            return await ConnectPipeAsync(path, cancellation).ConfigureAwait(false);
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception refusal) when (refusal is SocketException or ArgumentException)
        {
            socket.Dispose();
            throw new AdapterException($"nobody answers at {path}: {refusal.Message}; see whether the data plane runs, and whether this is its owner", refusal);
        }
    }

    /// <summary>Waits for the next connection of the owner; throws <see cref="AdapterException"/> where the system fails at one.</summary>
    public async Task<Stream> AcceptAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (OperatingSystem.IsWindows())
            {
                return await AcceptPipeAsync(cancellation).ConfigureAwait(false);
            }

            var socket = await AcceptSocketAsync(cancellation).ConfigureAwait(false);
            if (TryAdmit(socket) is { } client)
            {
                return client;
            }

            Interlocked.Increment(ref _denied);
            socket.Dispose();
        }
    }

    /// <summary>Closes it and takes its file away.</summary>
    public void Dispose()
    {
        if (_socket is not null)
        {
            _socket.Dispose();
            File.Delete(_path);
        }
    }

    // Who went before anybody could see who it was is nobody's owner.
    private static NetworkStream? TryAdmit(Socket socket)
    {
        try
        {
            return PeerCredentials.MayCommand(socket) ? new NetworkStream(socket, ownsSocket: true) : null;
        }
        catch (Exception gone) when (gone is SocketException or IOException)
        {
            return null;
        }
    }

    private async Task<Socket> AcceptSocketAsync(CancellationToken cancellation)
    {
        try
        {
            return await _socket!.AcceptAsync(cancellation).ConfigureAwait(false);
        }
        catch (SocketException refusal)
        {
            throw new AdapterException($"a connection at {_path} failed: {refusal.Message}", refusal);
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static Socket Bind(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
            {
                MakeFolder(folder);
            }

            RemoveLeftover(path);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            Restrict(path);
            socket.Listen(Backlog);
            return socket;
        }
        catch (Exception refusal) when (refusal is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            socket.Dispose();
            throw new AdapterException($"commands cannot be taken at {path}: {refusal.Message}", refusal);
        }
        catch (AdapterException)
        {
            socket.Dispose();
            throw;
        }
    }

    // What a killed process left behind answers nobody.
    private static void RemoveLeftover(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        // A socket cannot be opened as a file; what can be is somebody's, and is left alone.
        if (IsFile(path))
        {
            throw new AdapterException($"commands cannot be taken at {path}: a file is there");
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException refusal) when (refusal.SocketErrorCode is SocketError.ConnectionRefused)
        {
            File.Delete(path);
            return;
        }

        throw new AdapterException($"another process takes commands at {path}");
    }

    private static bool IsFile(string path)
    {
        try
        {
            using var file = File.OpenHandle(path);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static void MakeFolder(string folder) => Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);

    [UnsupportedOSPlatform("windows")]
    private static void Restrict(string path) => File.SetUnixFileMode(path, OwnerOnly);

    [SupportedOSPlatform("windows")]
    private async Task<Stream> AcceptPipeAsync(CancellationToken cancellation)
    {
        var pipe = new NamedPipeServerStream(_path, PipeDirection.InOut, NamedPipeServerStream.MaxAllowedServerInstances, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        try
        {
            await pipe.WaitForConnectionAsync(cancellation).ConfigureAwait(false);
            return pipe;
        }
        catch
        {
            await pipe.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    [SupportedOSPlatform("windows")]
    private static async Task<Stream> ConnectPipeAsync(string path, CancellationToken cancellation)
    {
        var pipe = new NamedPipeClientStream(".", path, PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        try
        {
            await pipe.ConnectAsync(TimeSpan.FromSeconds(5), cancellation).ConfigureAwait(false);
            return pipe;
        }
        catch (Exception refusal) when (refusal is TimeoutException or IOException or UnauthorizedAccessException)
        {
            await pipe.DisposeAsync().ConfigureAwait(false);
            throw new AdapterException($"nobody answers at pipe {path}: {refusal.Message}; see whether the data plane runs, and whether this is its owner", refusal);
        }
    }
}
