using System.CommandLine;
using IpsecDp.Adapters;
using IpsecDp.Daemon;
using IpsecDp.Host.Reports;
using IpsecDp.Policy.Compile;
using Spectre.Console;

namespace IpsecDp.Host.Verbs;

/// <summary><c>run</c>: a data plane between this host and the network, until it is told to end.</summary>
internal static class RunVerb
{
    private const string Help = """
        Protects this host's traffic as a policy file says: what leaves goes as ESP or AH, what arrives protected is opened and handed on. Packets are taken from the host's own path (--capture nfqueue) or from a TUN interface (--capture tun).

        It needs root or CAP_NET_ADMIN and CAP_NET_RAW. It says "ready" once packets pass, reads its policy again at SIGHUP, varies an engine off at SIGUSR1 and on at SIGUSR2, runs until SIGINT or SIGTERM, and ends with a report; interface, routes and rules go with it.

        Examples:
          sudo ipsecdp run --policy /etc/ipsecdp.policy --capture nfqueue
          sudo ipsecdp run --policy /etc/ipsecdp.policy --address 10.1.0.1/24 --route 10.2.0.0/16
          sudo ipsecdp run --policy /etc/ipsecdp.policy --engines 2 --iiphonorpriority no --interval 60 --records /var/log/ipsecdp.smf
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
        var file = arguments.PolicyFile(parsed);
        var isRight = PolicyCompiler.TryCompileFile(file, out var policy, out var errors);
        using (policy)
        {
            if (!isRight)
            {
                Console.Error.WriteLine(errors);
                return 1;
            }

            using var interruption = new Interruption(hearsTerminal: !arguments.IsOwned(parsed), rereads: true);
            using var log = new DaemonLog(isJson ? Console.Error : Console.Out);
            var owner = arguments.IsOwned(parsed) ? OwnerPipe.Watch(interruption) : null;
            return Run(arguments.Read(parsed), file, policy!, log, isJson, interruption, owner);
        }
    }

    private static int Run(DaemonOptions options, string file, PolicyModel policy, DaemonLog log, bool isJson, Interruption interruption, OwnerPipe? owner)
    {
        try
        {
            using var composition = Composition.Start(options, policy, log);
            using var signals = new EngineSignals(composition);
            owner?.Answer(composition);
            log.WritePlain("ready");
            while (interruption.Await(WatchInterval) is var signal && signal is not true && composition.Failure is null)
            {
                if (signal is false)
                {
                    Reload(composition, file, log);
                }

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

    // All faults are shown, and the policy in force stays whole: nothing of a file is applied unless all of it is right.
    private static void Reload(Composition composition, string file, DaemonLog log)
    {
        if (!PolicyCompiler.TryCompileFile(file, out var policy, out var errors))
        {
            log.Write(DaemonMessage.ReloadRefused, $"{file} is not taken, the policy before stays in force:");
            log.WritePlain(errors.ToString());
            return;
        }

        try
        {
            composition.Reload(policy);
        }
        catch (Exception refusal) when (refusal is DaemonException or AdapterException)
        {
            policy.Dispose();
            log.Write(DaemonMessage.ReloadRefused, $"{file} is not taken, the policy before stays in force: {refusal.Message}");
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
}
