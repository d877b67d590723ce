using System.CommandLine;
using IpsecDp.Adapters;
using IpsecDp.Daemon;
using IpsecDp.Host.Reports;
using IpsecDp.Policy.Compile;
using Spectre.Console;

namespace IpsecDp.Host.Verbs;

/// <summary><c>run</c>: a data plane between a TUN interface and the network, until it is told to end.</summary>
internal static class RunVerb
{
    private const string Help = """
        Protects this host's traffic as a policy file says: what is routed into the TUN interface leaves as ESP or AH, what arrives protected comes out of it.

        It needs root or CAP_NET_ADMIN and CAP_NET_RAW. It says "ready" once packets pass, runs until SIGINT or SIGTERM, and ends with a report; interface and routes go with it.

        Example:
          sudo ipsecdp run --policy /etc/ipsecdp.policy --address 10.1.0.1/24 --route 10.2.0.0/16
        """;

    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Makes the verb.</summary>
    public static Command Create()
    {
        var arguments = new RunArguments();
        var verb = new Command("run", Help);
        arguments.AddTo(verb);
        verb.SetAction(parsed => Run(arguments, parsed));
        return verb;
    }

    private static int Run(RunArguments arguments, ParseResult parsed)
    {
        var isJson = arguments.IsJson(parsed);
        var isRight = PolicyCompiler.TryCompileFile(arguments.PolicyFile(parsed), out var policy, out var errors);
        using (policy)
        {
            if (!isRight)
            {
                Console.Error.WriteLine(errors);
                return 1;
            }

            using var interruption = new Interruption(hearsTerminal: !arguments.IsOwned(parsed));
            using var log = new DaemonLog(isJson ? Console.Error : Console.Out);
            if (arguments.IsOwned(parsed))
            {
                EndWithOwner(interruption);
            }

            return Run(arguments.Read(parsed), policy!, log, isJson, interruption.Token);
        }
    }

    private static int Run(DaemonOptions options, PolicyModel policy, DaemonLog log, bool isJson, CancellationToken cancellation)
    {
        try
        {
            using var composition = Composition.Start(options, policy, log);
            log.WritePlain("ready");
            while (!cancellation.WaitHandle.WaitOne(WatchInterval) && composition.Failure is null)
            {
                composition.Watch();
            }

            var failure = composition.Failure;
            var report = composition.Stop();
            log.Dispose();
            Print(report, isJson);
            return failure is null ? 0 : Refuse(failure);
        }
        catch (Exception refusal) when (refusal is DaemonException or AdapterException)
        {
            log.Dispose();
            return Refuse(refusal.Message);
        }
    }

    private static int Refuse(string sentence)
    {
        Console.Error.WriteLine($"ipsecdp run: {sentence}");
        return 1;
    }

    private static void Print(DaemonReport report, bool isJson)
    {
        if (isJson)
        {
            using var output = Console.OpenStandardOutput();
            RunDocument.Write(report, output);
            return;
        }

        RunReportView.Print(report, AnsiConsole.Console);
    }

    // The lab that started this process holds the other end of standard input; when it dies, however it dies, the pipe closes.
    private static void EndWithOwner(Interruption interruption)
    {
        var watcher = new Thread(() =>
        {
            using var input = Console.OpenStandardInput();
            while (input.ReadByte() >= 0)
            {
            }

            interruption.Raise();
        })
        { IsBackground = true, Name = "owner" };
        watcher.Start();
    }
}
