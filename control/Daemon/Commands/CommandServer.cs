using System.Net.Sockets;
using System.Text.Json;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Local;

namespace IpsecDp.Daemon.Commands;

/// <summary>Takes commands of the owner's programs, one after the other from each, from a few of them at a time; who says nothing, too much, or what is no request, is cut off.</summary>
public sealed class CommandServer : IDisposable
{
    /// <summary>Programs served at a time; more wait for their turn in the system's queue.</summary>
    public const int MostClients = 8;

    // Where the system refuses without a pause, as it does with no descriptor left, it is asked again ever less often.
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly OwnerListener? _listener;
    private readonly Func<CancellationToken, Task<Stream>> _accept;
    private readonly Func<CommandRequest, CommandReply> _answer;
    private readonly DaemonLog _log;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _places = new(MostClients);
    private readonly Task _accepting;

    /// <summary>Takes commands of whoever <paramref name="accept"/> gives; of the listener it comes from it is the owner.</summary>
    internal CommandServer(Func<CancellationToken, Task<Stream>> accept, OwnerListener? listener, Func<CommandRequest, CommandReply> answer, DaemonLog log, TimeSpan patience, TimeProvider time)
    {
        (_accept, _listener, _answer, _log, _patience, _time) = (accept, listener, answer, log, patience, time);
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Where commands are taken unless somebody says otherwise.</summary>
    public static string DefaultPath => OperatingSystem.IsWindows() ? "ipsecdp" : "/run/ipsecdp/commands";

    /// <summary>Begins to take commands; throws <see cref="AdapterException"/> where the place is taken. <paramref name="patience"/> is how long a client may take over one request.</summary>
    public static CommandServer Start(string path, Func<CommandRequest, CommandReply> answer, DaemonLog log, TimeSpan? patience = null)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(log);
        var listener = OwnerListener.Open(path);
        return new CommandServer(listener.AcceptAsync, listener, answer, log, patience ?? TimeSpan.FromSeconds(10), TimeProvider.System);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel();
        _accepting.GetAwaiter().GetResult();
        _listener?.Dispose();
        // Who is being served is cut off and gives its place back.
        for (var place = 0; place < MostClients; place++)
        {
            _places.Wait();
        }

        _places.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await _places.WaitAsync(_end.Token).ConfigureAwait(false);
                _ = ServeAsync(await NextAsync().ConfigureAwait(false));
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The server ends.
        }
    }

    // Holds a place; gives it back where the server ends before anybody came.
    private async Task<Stream> NextAsync()
    {
        var failures = 0L;
        var pause = FirstPause;
        try
        {
            while (true)
            {
                if (await TryAcceptAsync(failures).ConfigureAwait(false) is { } client)
                {
                    return client;
                }

                failures++;
                await Task.Delay(pause, _time, _end.Token).ConfigureAwait(false);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
        catch
        {
            _places.Release();
            throw;
        }
    }

    // Told when it begins and when it ends, however often it fails in between.
    private async Task<Stream?> TryAcceptAsync(long failures)
    {
        try
        {
            var client = await _accept(_end.Token).ConfigureAwait(false);
            if (failures > 0)
            {
                _log.Write(DaemonMessage.CommandsTaken, $"connections for commands are taken again, after {failures} failures");
            }

            return client;
        }
        catch (Exception refusal) when (refusal is AdapterException or IOException or UnauthorizedAccessException or SocketException)
        {
            if (failures == 0)
            {
                _log.Write(DaemonMessage.CommandDenied, $"a connection for commands failed: {refusal.Message}; it is tried again, at least every {LongestPause.TotalSeconds:0} s, and told when one succeeds");
            }

            return null;
        }
    }

    private async Task ServeAsync(Stream client)
    {
        try
        {
            await using (client.ConfigureAwait(false))
            {
                while (await AnswerOneAsync(client).ConfigureAwait(false))
                {
                }
            }
        }
        catch (Exception end) when (end is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Whoever asked is gone or slow; nothing was changed by what he did not say.
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task<bool> AnswerOneAsync(Stream client)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        limit.CancelAfter(_patience);
        CommandReply reply;
        var isUnderstood = true;
        try
        {
            if (await CommandFrame.ReadAsync(client, CommandFrame.MostOfRequest, limit.Token).ConfigureAwait(false) is not { } octets)
            {
                return false;
            }

            reply = Answer(JsonSerializer.Deserialize(octets, CommandForm.Default.CommandRequest) ?? throw new InvalidDataException("null is no request"));
        }
        catch (Exception mistake) when (mistake is InvalidDataException or JsonException)
        {
            (reply, isUnderstood) = (new CommandReply(false, $"this is no request: {mistake.Message}"), false);
            _log.Write(DaemonMessage.CommandDenied, $"what somebody said is no request for a command: {mistake.Message}");
        }

        await CommandFrame.WriteAsync(client, JsonSerializer.SerializeToUtf8Bytes(reply, CommandForm.Default.CommandReply), limit.Token).ConfigureAwait(false);
        return isUnderstood;
    }

    private CommandReply Answer(CommandRequest request)
    {
        var reply = _answer(request);
        if (request.Command != CommandKind.ListTunnels)
        {
            _log.Write(DaemonMessage.CommandDone, $"command {request.Command} {request.Name}: {reply.Sentence}");
        }

        return reply;
    }
}
