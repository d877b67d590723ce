using System.Text.Json;
using IpsecDp.Adapters;
using IpsecDp.Adapters.Local;

namespace IpsecDp.Daemon.Commands;

/// <summary>Takes commands of the owner's programs, one after the other from each, from a few of them at a time; who says nothing, too much, or what is no request, is cut off.</summary>
public sealed class CommandServer : IDisposable
{
    /// <summary>Programs served at a time; more wait for their turn in the system's queue.</summary>
    public const int MostClients = 8;

    private readonly OwnerListener _listener;
    private readonly Func<CommandRequest, CommandReply> _answer;
    private readonly DaemonLog _log;
    private readonly TimeSpan _patience;
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _places = new(MostClients);
    private readonly Task _accepting;

    private CommandServer(OwnerListener listener, Func<CommandRequest, CommandReply> answer, DaemonLog log, TimeSpan patience)
    {
        (_listener, _answer, _log, _patience) = (listener, answer, log, patience);
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Where commands are taken unless somebody says otherwise.</summary>
    public static string DefaultPath => OperatingSystem.IsWindows() ? "ipsecdp" : "/run/ipsecdp/commands";

    /// <summary>Begins to take commands; throws <see cref="AdapterException"/> where the place is taken. <paramref name="patience"/> is how long a client may take over one request.</summary>
    public static CommandServer Start(string path, Func<CommandRequest, CommandReply> answer, DaemonLog log, TimeSpan? patience = null)
    {
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentNullException.ThrowIfNull(log);
        return new CommandServer(OwnerListener.Open(path), answer, log, patience ?? TimeSpan.FromSeconds(10));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel();
        _accepting.GetAwaiter().GetResult();
        _listener.Dispose();
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
        while (!_end.IsCancellationRequested)
        {
            var isTaken = false;
            try
            {
                await _places.WaitAsync(_end.Token).ConfigureAwait(false);
                isTaken = true;
                var client = await _listener.AcceptAsync(_end.Token).ConfigureAwait(false);
                isTaken = false;
                _ = ServeAsync(client);
            }
            catch (Exception refusal) when (refusal is AdapterException or IOException or UnauthorizedAccessException)
            {
                _log.Write(DaemonMessage.CommandDenied, $"a connection for commands failed: {refusal.Message}");
            }
            catch (OperationCanceledException)
            {
                return;
            }
            finally
            {
                if (isTaken)
                {
                    _places.Release();
                }
            }
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
