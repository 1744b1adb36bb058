"""Tests of the register's figures for programs and on pages."""
