using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace IpsecDp.TestKit.Divert;

/// <summary>The modelled driver behind a socket, so that the library double serves whatever process loads it; a process that dies closes its connections, and with them its handles.</summary>
public sealed class DivertKernelServer : IDisposable
{
    private const int HeadLength = 28;
    private readonly DivertKernel _kernel;
    private readonly Socket _listener;
    private readonly string _folder;
    private readonly Dictionary<uint, DivertSession> _sessions = [];
    private uint _numbers = 1;

    /// <summary>Serves a kernel at a path of its own.</summary>
    public DivertKernelServer(DivertKernel kernel)
    {
        _kernel = kernel;
        _folder = Directory.CreateTempSubdirectory("divert-").FullName;
        Path = System.IO.Path.Combine(_folder, "kernel");
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen(64);
        new Thread(Accept) { IsBackground = true, Name = "divert kernel" }.Start();
    }

    /// <summary>Where the library double finds it.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Accept()
    {
        while (true)
        {
            try
            {
                var connection = _listener.Accept();
                new Thread(() => Serve(connection)) { IsBackground = true, Name = "divert call" }.Start();
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void Serve(Socket connection)
    {
        DivertSession? own = null;
        try
        {
            using (connection)
            {
                var head = new byte[HeadLength];
                while (Fill(connection, head))
                {
                    var body = new byte[BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(24))];
                    if (!Fill(connection, body))
                    {
                        break;
                    }

                    Answer(connection, head, body, ref own);
                }
            }
        }
        catch (SocketException)
        {
            // The caller has died in the middle of a call.
            return;
        }
        finally
        {
            if (own is not null)
            {
                _kernel.Close(own);
            }
        }
    }

    private void Answer(Socket connection, byte[] head, byte[] body, ref DivertSession? own)
    {
        var operation = BinaryPrimitives.ReadUInt32LittleEndian(head);
        var session = Find(BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(4)));
        var (a, b) = (BinaryPrimitives.ReadUInt64LittleEndian(head.AsSpan(8)), BinaryPrimitives.ReadUInt64LittleEndian(head.AsSpan(16)));
        int error;
        uint count = 0;
        ulong value = 0;
        byte[] reply = [];
        switch (operation)
        {
            case 1:
                error = _kernel.Open(Encoding.UTF8.GetString(body), (int)(a & 0xFF), (short)(a >> 16), b, (int)(a >> 32), out own);
                count = own is null ? 0 : Number(own);
                break;

            case 2 when session is not null:
                error = _kernel.Receive(session, (int)a, (int)b, out var taken);
                reply = [.. taken.SelectMany(one => one.Packet), .. taken.SelectMany(one => one.Address.Octets)];
                count = (uint)taken.Count;
                break;

            case 3 when session is not null:
                var addresses = body[(int)a..].Chunk(DivertAddressImage.Size).Select(octets => new DivertAddressImage(octets)).ToList();
                error = _kernel.Send(session, body.AsSpan(0, (int)a), addresses);
                break;

            case 4 when session is not null:
                error = _kernel.Shutdown(session, (int)a);
                break;

            case 5 when session is not null:
                error = _kernel.Set(session, (int)a, b);
                break;

            case 6 when session is not null:
                error = _kernel.Get(session, (int)a, out value);
                break;

            case 7:
                error = DivertFilterProgram.TryCompile(Encoding.UTF8.GetString(body), (int)a, out _) ? 0 : 87;
                break;

            default:
                error = 6;
                break;
        }

        var answer = new byte[20 + reply.Length];
        BinaryPrimitives.WriteInt32LittleEndian(answer, error);
        BinaryPrimitives.WriteUInt32LittleEndian(answer.AsSpan(4), count);
        BinaryPrimitives.WriteUInt64LittleEndian(answer.AsSpan(8), value);
        BinaryPrimitives.WriteInt32LittleEndian(answer.AsSpan(16), reply.Length);
        reply.CopyTo(answer, 20);
        for (var sent = 0; sent < answer.Length;)
        {
            sent += connection.Send(answer.AsSpan(sent));
        }
    }

    private DivertSession? Find(uint number)
    {
        lock (_sessions)
        {
            return _sessions.GetValueOrDefault(number);
        }
    }

    private uint Number(DivertSession session)
    {
        lock (_sessions)
        {
            _sessions.Add(_numbers, session);
            return _numbers++;
        }
    }

    private static bool Fill(Socket connection, byte[] octets)
    {
        for (var read = 0; read < octets.Length;)
        {
            var count = connection.Receive(octets.AsSpan(read));
            if (count == 0)
            {
                return false;
            }

            read += count;
        }

        return true;
    }
}
